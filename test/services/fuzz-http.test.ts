import { expect, test } from '@jest/globals';
import { roleNames, roleOf } from '../../roles/roles.ts';
import { describeAnswers } from './fuzz/documented-answers.ts';
import { httpServices } from './fuzz/services.ts';

/** Processes that answer HTTP without a contract of ours; fuzz-provider.test.ts sees to them. */
const withoutContract = ['payment-simulator', 'payment-webhooks'];
/** What acts by all of the others; test/system/fuzz-api.test.ts sees to it. */
const onTheWholeSystem = ['api'];

test('every process that answers HTTP is among those that are fuzzed', () => {
  const answering = roleNames.filter((name) => roleOf(name).speaksHttp);
  expect([...Object.keys(httpServices), ...withoutContract, ...onTheWholeSystem].sort()).toEqual(answering.sort());
  for (const [name, { contract }] of Object.entries(httpServices)) expect(contract.name).toBe(name);
});

for (const [name, service] of Object.entries(httpServices)) describeAnswers(name, service);
