/** What a project with events of its own needs of the bridge; its workflows import `workflow.ts`, and nothing else. */
export { type EventContracts, newVersion } from '../messaging/envelope/contracts.ts';
export { describeTopology } from '../messaging/topology/topology.ts';
export { BridgePlugin, type BridgePluginOptions } from './plugin.ts';
