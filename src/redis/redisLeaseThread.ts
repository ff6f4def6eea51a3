import { serveKeeper } from '../clients/leases/serveKeeper.ts';
import { openRedisKeeper } from './redisLeases.ts';

await serveKeeper(openRedisKeeper);
