import { ObservableGauge } from '../../platform/metrics.ts';

const connections = new ObservableGauge(
  'messaging_broker_connections',
  'Connections of this process to the broker, by the state that they are in',
  ['state'],
);

const states = ['connected', 'blocked', 'disconnected', 'failed'];

/** Shows the state that a connection is in. @returns what ends it */
export function showConnection(connection: { readonly status: string }): () => void {
  const shown = states.map((state) => connections.show({ state }, () => Number(connection.status === state)));
  return () => {
    for (const hide of shown) hide();
  };
}
