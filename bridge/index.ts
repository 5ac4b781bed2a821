/** What a worker needs to publish the milestones of its workflows; those import `workflow.ts`, and nothing else. */
export { BridgePlugin, type BridgePluginOptions } from './plugin.ts';
