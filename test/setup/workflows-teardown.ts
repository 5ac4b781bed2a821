export { tearDown as default } from './workflows.ts';
