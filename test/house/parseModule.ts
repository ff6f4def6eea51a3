import { parseAst } from 'vitest/node';

/** What a rule may want to know of a module's source. */
export interface ModuleFacts {
  /** Specifiers of everything it imports or re-exports: values and types, static and dynamic, in order. */
  readonly imports: readonly string[];
  /** Where it reads a clock or draws unseeded numbers: `Date.now`, `new Date()`, `Math.random` … */
  readonly impurities: readonly string[];
  /** Where it computes what differs between runtimes in the last bits: `Math.exp`, `**` of what is no literal … */
  readonly inexact: readonly string[];
}

/** Reads a TypeScript module with a real parser, so that neither comments nor text in quotes deceive. */
export function parseModule(source: string): ModuleFacts {
  const imports: string[] = [];
  const impurities: string[] = [];
  const inexact: string[] = [];
  for (const node of nodesOf(parseAst(source, { lang: 'ts' }))) {
    const from = specifierOf(node);
    if (from !== undefined) imports.push(typeof from.value === 'string' ? from.value : '(computed)');
    const impurity = impurityOf(node);
    if (impurity !== undefined) impurities.push(impurity);
    if (isInexact(node)) inexact.push(source.slice(node.start, node.end as number));
  }
  return { imports, impurities, inexact };
}

/** A node of the syntax tree (ESTree with TypeScript's own nodes); its other fields depend on its type. */
export interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly [field: string]: unknown;
}

/** A node and all below it, in the order of the source. */
export function* nodesOf(tree: unknown): Generator<SyntaxNode> {
  if (isNode(tree)) yield tree;
  if (typeof tree !== 'object' || tree === null) return;
  for (const part of Object.values(tree)) yield* nodesOf(part);
}

function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

const IMPORTING = new Set([
  'ImportDeclaration',
  'ExportAllDeclaration',
  'ExportNamedDeclaration',
  'ImportExpression',
  'TSImportType',
]);

/** What a node imports from; undefined where it imports nothing. */
function specifierOf(node: SyntaxNode): SyntaxNode | undefined {
  if (node.type === 'TSExternalModuleReference') return asNode(node.expression); // import x = require('y')
  return IMPORTING.has(node.type) ? asNode(node.source) : undefined;
}

function impurityOf(node: SyntaxNode): string | undefined {
  const isBare = Array.isArray(node.arguments) && node.arguments.length === 0;
  if (isNamed(node.callee, 'Date')) {
    if (node.type === 'CallExpression') return 'Date()'; // its arguments are ignored
    if (node.type === 'NewExpression' && isBare) return 'new Date()';
  }
  if (node.type !== 'MemberExpression') return undefined;
  const property = asNode(node.property);
  const name = String(property?.name ?? property?.value);
  const owner = CLOCKS_AND_DICE.find(([object, member]) => isNamed(node.object, object) && member === name);
  return owner?.join('.');
}

/** ECMAScript leaves their last bits to the implementation; those of + − × ÷ and `Math.sqrt` it does not. */
const INEXACT = /^(a?(sin|cos|tan)h?|atan2|cbrt|exp|expm1|hypot|log|log1p|log10|log2|pow)$/;

function isInexact(node: SyntaxNode): boolean {
  if (node.type === 'BinaryExpression' || node.type === 'AssignmentExpression') {
    const isPower = node.operator === '**' || node.operator === '**=';
    return isPower && !(isLiteral(node.left) && isLiteral(node.right));
  }
  if (node.type !== 'MemberExpression' || !isNamed(node.object, 'Math')) return false;
  const property = asNode(node.property);
  return INEXACT.test(String(property?.name ?? property?.value));
}

function isLiteral(value: unknown): boolean {
  const node = asNode(value);
  return node?.type === 'Literal' || (node?.type === 'UnaryExpression' && isLiteral(node.argument));
}

const CLOCKS_AND_DICE = [
  ['Math', 'random'],
  ['Date', 'now'],
  ['performance', 'now'],
  ['crypto', 'getRandomValues'],
  ['crypto', 'randomUUID'],
] as const;

/** The identifier itself, or as a field of something, such as `globalThis`. */
function isNamed(value: unknown, name: string): boolean {
  const node = asNode(value);
  return node?.name === name || (node?.type === 'MemberExpression' && isNamed(node.property, name));
}

function asNode(value: unknown): SyntaxNode | undefined {
  return isNode(value) ? value : undefined;
}
