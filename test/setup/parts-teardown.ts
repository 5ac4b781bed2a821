export { tearDown as default } from './parts.ts';
