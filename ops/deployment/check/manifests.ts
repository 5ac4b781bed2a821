import { deployedRoles, roleToDeploy } from '../roles.ts';

interface Container {
  readonly command: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value: string }[];
  readonly resources?: {
    readonly requests?: Readonly<Record<string, string>>;
    readonly limits?: { readonly memory?: string };
  };
  readonly securityContext?: Readonly<Record<string, unknown>>;
  readonly lifecycle?: { readonly preStop?: { readonly exec?: { readonly command: readonly string[] } } };
  readonly startupProbe?: object;
  readonly livenessProbe?: object;
  readonly readinessProbe?: object;
}

interface Pod {
  readonly terminationGracePeriodSeconds?: number;
  readonly automountServiceAccountToken?: boolean;
  readonly securityContext?: Readonly<Record<string, unknown>>;
  readonly topologySpreadConstraints?: readonly object[];
  readonly containers: readonly Container[];
}

/** A resource of Kubernetes, as far as it is looked at here. */
export interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  readonly spec?: {
    readonly replicas?: number;
    readonly template?: { readonly spec: Pod };
    readonly [name: string]: unknown;
  };
}

const component = 'app.kubernetes.io/component';

/** What a deployment of the chart lacks of what each role has to have: one sentence for each. */
export function complaintsOfManifests(manifests: readonly Manifest[]): string[] {
  return [
    ...deployedRoles.flatMap((name) => {
      const own = manifests.filter(({ metadata }) => metadata.labels?.[component] === name);
      const deployment = own.find(({ kind }) => kind === 'Deployment');
      const pod = deployment?.spec?.template?.spec;
      if (!deployment || !pod) return [`${name}: it has no Deployment`];
      const kinds = ['ServiceAccount', 'NetworkPolicy', ...(roleToDeploy(name).address ? ['Service'] : [])];
      return [
        ...kinds.filter((kind) => !own.some((each) => each.kind === kind)).map((kind) => `it has no ${kind}`),
        ...complaintsOfPod(name, pod),
      ].map((complaint) => `${name}: ${complaint}`);
    }),
    ...(manifests.some(({ kind, metadata }) => kind === 'NetworkPolicy' && metadata.name.endsWith('-deny'))
      ? []
      : ['no NetworkPolicy denies what is not allowed']),
    ...['migrations', 'topology', 'temporal']
      .filter((job) => !manifests.some(({ kind, metadata }) => kind === 'Job' && metadata.name.endsWith(`-${job}`)))
      .map((job) => `there is no Job ${job}`),
  ];
}

function complaintsOfPod(name: (typeof deployedRoles)[number], pod: Pod): string[] {
  const [container] = pod.containers;
  if (!container) return ['it has no container'];
  const { secrets, stopSeconds, command } = roleToDeploy(name);
  const variables = new Map(container.env?.map((variable) => [variable.name, variable.value]));
  const pause = Number(container.lifecycle?.preStop?.exec?.command.at(-1) ?? 0);
  const security = { ...pod.securityContext, ...container.securityContext };
  const wanted = {
    runAsNonRoot: true,
    runAsUser: 10_001,
    readOnlyRootFilesystem: true,
    allowPrivilegeEscalation: false,
  };
  return [
    ...(container.command.join(' ') === command.join(' ') ? [] : ['it runs another command']),
    ...(['startupProbe', 'livenessProbe', 'readinessProbe'] as const)
      .filter((probe) => !container[probe])
      .map((probe) => `it has no ${probe}`),
    ...(container.resources?.requests?.['cpu'] && container.resources.limits?.memory ? [] : ['it has no resources']),
    ...((pod.terminationGracePeriodSeconds ?? 30) > pause + stopSeconds ? [] : ['it is ended before its stop may end']),
    ...(pod.automountServiceAccountToken === false ? [] : ['it is given a token of Kubernetes']),
    ...(pod.topologySpreadConstraints?.length ? [] : ['nothing spreads its processes']),
    ...Object.entries(wanted)
      .filter(([key, value]) => security[key] !== value)
      .map(([key]) => `its ${key} is ${security[key]}`),
    ...secrets
      .filter((secret) => !variables.has(`${secret}_FILE`) || variables.has(secret))
      .map((secret) => `${secret} does not come from a file`),
  ];
}
