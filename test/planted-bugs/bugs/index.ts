import type { PlantedBug } from '../bug.ts';
import { access } from './access.ts';
import { bank } from './bank.ts';
import { copies } from './copies.ts';
import { frontDoor } from './front-door.ts';
import { gaps } from './gaps.ts';
import { identityBugs } from './identity.ts';
import { invoice } from './invoice.ts';
import { messaging } from './messaging.ts';
import { monthlyInvoicing } from './monthly-invoicing.ts';
import { payment } from './payment.ts';
import { payroll } from './payroll.ts';
import { personalData } from './personal-data.ts';
import { privileges } from './privileges.ts';
import { provider } from './provider.ts';
import { purchasing } from './purchasing.ts';
import { refund } from './refund.ts';
import { services } from './services.ts';
import { transport } from './transport.ts';
import { wayBack } from './way-back.ts';

export const plantedBugs: readonly PlantedBug[] = [
  ...payment,
  ...wayBack,
  ...refund,
  ...invoice,
  ...identityBugs,
  ...provider,
  ...services,
  ...messaging,
  ...copies,
  ...gaps,
  ...monthlyInvoicing,
  ...bank,
  ...payroll,
  ...purchasing,
  ...access,
  ...personalData,
  ...transport,
  ...frontDoor,
  ...privileges,
];
