import { operatorContract } from '../../contracts/operatorContract.ts';
import { OPERATOR_CASES } from '../../support/operatorCases.ts';

for (const each of OPERATOR_CASES) operatorContract(each);
