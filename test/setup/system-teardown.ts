export { tearDown as default } from './system.ts';
