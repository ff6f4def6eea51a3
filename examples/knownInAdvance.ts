// A shop's sales: promotions and the weather are known beforehand, so that what they explain is no anomaly.
import { detectAnomalies, incidents } from 'rx-anomaly';
import { from, toArray } from 'rxjs';

const HOUR = 3_600_000;
const START = Date.UTC(2026, 0, 5);

type Sale = ReturnType<typeof sales> extends Iterable<infer S> ? S : never;

/** Sales that rise with the temperature and by half in a promotion; for five hours a till is broken. */
function* sales() {
  for (let hour = 0; hour < 1700; hour++) {
    const promotion = hour % 170 < 9 ? 1 : 0;
    const temperature = 12 + 6 * Math.sin(hour / 24) + 3 * Math.sin(hour ** 1.3);
    const noise =
      ((Math.sin(hour * 12.9898) * 43_758.5453) % 1) + ((Math.sin(hour * 78.233) * 12_345.678) % 1);
    const broken = hour >= 1610 && hour < 1615 ? 60 : 0;
    yield {
      at: START + hour * HOUR,
      sold: 200 + 4 * temperature + 100 * promotion + 3 * noise - broken,
      temperature,
      promotion,
    };
  }
}

const value = (sale: Sale) => sale.sold;
const time = (sale: Sale) => sale.at;
const covariates = (sale: Sale) => [sale.temperature, sale.promotion];

for (const known of [{}, { covariates }]) {
  from(sales())
    .pipe(detectAnomalies({ value, time, ...known }), incidents(), toArray())
    .subscribe((all) => {
      const hours = all.map(({ start = 0 }) => (start - START) / HOUR).join(', ');
      console.log(
        `knowing ${'covariates' in known ? 'both' : 'nothing'}: ${all.length} incidents; hours ${hours}`,
      );
    });
}
