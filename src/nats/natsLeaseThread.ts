import { serveKeeper } from '../clients/leases/serveKeeper.ts';
import { openNatsKeeper } from './leaseKeeper.ts';

await serveKeeper(openNatsKeeper);
