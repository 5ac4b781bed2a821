import { userCopyRole } from './user-copy-role.ts';

export const role = userCopyRole('billing');
