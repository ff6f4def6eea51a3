import type { ReportDocument } from '../../../src/backtest/report/reportDocument.ts';
import { sampleReport, sampleStream } from './sampleReport.ts';

/** Text that runs a script, loads an image and breaks out of attributes, comments and scripts where it is not text. */
export const HOSTILE =
  '</script><script>hacked=1</script><img src=x onerror="hacked=1">\'"><svg onload=hacked=1><!--\u2028&lt;';

/** A report in which every text is hostile. */
export function hostileReport(): ReportDocument {
  const jumps = [[300, 20, 9]] as const;
  const sample = sampleStream({ name: HOSTILE, records: 600, jumps, dimensions: [HOSTILE, `2 ${HOSTILE}`] });
  const stream = {
    ...sample,
    note: HOSTILE,
    transform: HOSTILE,
    unit: HOSTILE,
    metrics: [[HOSTILE, HOSTILE]],
    problems: { [HOSTILE]: 3 },
    labels: [
      { first: 295, last: 330 },
      { first: 500, last: 510 },
    ],
  } as const;
  return {
    ...sampleReport([stream, { ...stream, title: HOSTILE, times: undefined }]),
    title: HOSTILE,
    subtitle: HOSTILE,
    run: [[HOSTILE, HOSTILE]],
    summary: {
      header: [HOSTILE, HOSTILE],
      rows: [
        [HOSTILE, HOSTILE],
        [`other ${HOSTILE}`, '1'],
      ],
    },
  };
}
