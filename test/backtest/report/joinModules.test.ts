import { describe, expect, it } from 'vitest';
import { joinModules } from '../../../src/backtest/report/joinModules.ts';

const joined = (modules: Record<string, string>): string => joinModules('main.js', (file) => modules[file]!);

describe('joinModules', () => {
  it('puts each module once, after those it imports', () => {
    const script = joined({
      'main.js': "import { a } from './a.js';\nimport { b } from './b.js';\nresult.push(a, b);\n",
      'a.js': "import { c } from './c.js';\nexport const a = c + 1;\n",
      'b.js': "import { c, d, } from './c.js';\nexport function b() { return c; }\n",
      'c.js': 'export const c = 1;\nexport class d {}\nexport {};\n',
    });
    const result: unknown[] = [];
    new Function('result', script)(result);
    expect(result[0]).toBe(2);
    expect(script.match(/const c = 1/g)).toHaveLength(1);
    expect(script).not.toMatch(/import|export/);
  });

  it('finds modules in other folders, and begins with several', () => {
    const script = joinModules(['a/page/main.js', 'b/more.js'], (file) => {
      const modules: Record<string, string> = {
        'a/page/main.js': "import { c } from '../../shared/c.js';\nresult.push(c);\n",
        'b/more.js': "import { c } from '../shared/c.js';\nresult.push(c + 1);\n",
        'shared/c.js': 'export const c = 1;\n',
      };
      return modules[file]!;
    });
    const result: unknown[] = [];
    new Function('result', script)(result);
    expect(result).toEqual([1, 2]);
    expect(script.match(/const c = 1/g)).toHaveLength(1);
  });

  it('passes over a circle', () => {
    const script = joined({
      'main.js': "import { a } from './a.js';\nexport const main = 1;\n",
      'a.js': "import { main } from './main.js';\nexport const a = () => main;\n",
    });
    expect(script).toBe('const a = () => main;\nconst main = 1;\n');
  });

  it.each([
    "import { x } from 'package';\n",
    "import './a.js';\n",
    'export default 1;\n',
    "export { x } from './a.js';\n",
  ])('refuses what it cannot join: %j', (source) => {
    expect(() => joined({ 'main.js': source, 'a.js': '' })).toThrow('joinModules: cannot join main.js');
  });
});
