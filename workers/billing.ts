import { billingConsumer } from '../services/billing/consumer.ts';
import { userCopyRole } from './user-copy-role.ts';

export const role = userCopyRole('billing', billingConsumer);
