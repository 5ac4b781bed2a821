const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

/** The direction of dependencies: a caller, a workflow, an activity, a service; a milestone, the bridge, a consumer. */
export default {
  forbidden: [
    rule('no-cycles', 'Data flows one way.', {}, { circular: true }),
    {
      ...rule(
        'no-cycles-of-folders-in-messaging',
        'The folders of messaging/ are layers: envelope, amqp, topology, connection, publishing, consuming, outbox.',
        { path: '^messaging/.' },
        { path: '^messaging/.', circular: true },
      ),
      scope: 'folder',
    },
    rule(
      'contracts-import-nothing',
      'contracts/ are the words that everything shares: they know nothing but each other and the schema library.',
      { path: '^contracts/' },
      { pathNot: ['^contracts/', '^node_modules/zod/'] },
    ),
    rule(
      'service-and-event-contracts-import-contracts-only',
      'A contract is what others may know of a service; it must not pull the service in.',
      {
        path: [
          '^services/[^/]+/([a-z-]*(contract|shapes)|events)\\.ts$',
          '^events/contracts/',
          '^workflows/[^/]+/(contract|(inbound-)?events)\\.ts$',
        ],
      },
      {
        pathNot: [
          '^contracts/',
          '^events/contracts/',
          '^messaging/envelope/contracts\\.ts$',
          '^services/[^/]+/([a-z-]*(contract|shapes)|events)\\.ts$',
          '^platform/(http|grpc)/contract\\.ts$',
          '^workflows/(kit/(card-payment/|approvals-)?contract|order-facts|[^/]+/(inbound-)?events)\\.ts$',
          '^node_modules/zod/',
        ],
      },
    ),
    rule(
      'workflows-are-deterministic',
      'Workflow code runs in a sandbox: contracts, other workflow code and types only.',
      { path: '^workflows/', pathNot: '/((approvals-)?contract|(inbound-)?events)\\.ts$' },
      {
        dependencyTypesNot: ['type-only'],
        pathNot: [
          '^workflows/',
          '^contracts/',
          '^bridge/workflow\\.ts$',
          '^node_modules/@temporalio/(workflow|common)/',
        ],
      },
    ),
    rule(
      'the-bridge-for-workflows-is-deterministic',
      'Workflow code runs in a sandbox: Temporal’s workflow library and types only.',
      { path: '^bridge/workflow\\.ts$' },
      { dependencyTypesNot: ['type-only'], pathNot: '^node_modules/@temporalio/(workflow|common)/' },
    ),
    rule(
      'messaging-and-the-bridge-know-no-shop',
      'Another project takes them as they are: the contracts, the topology and the workflows of this one stay out.',
      { path: '^(messaging|bridge)/' },
      {
        path: '^(events|workflows|activities|services|workers|client|api|ops|parts|demo|bench|examples)/',
        reachable: true,
      },
    ),
    rule(
      'activities-know-contracts-of-services-only',
      'An activity calls a service through its client; stores and servers are the service’s own.',
      { path: '^activities/' },
      { path: '^(services/(?![^/]+/contract\\.ts$)|workers/|client/|ops/|parts/|demo/|bench/)' },
    ),
    rule(
      'services-do-not-import-each-other',
      'A service reaches another one by its contract and its client, over the network.',
      { path: '^services/([^/]+)/' },
      { path: '^services/', pathNot: ['^services/$1/', '^services/[^/]+/(contract|client)\\.ts$'] },
    ),
    rule(
      'nothing-of-production-imports-doubles',
      'A double stands in for a mail server or the payment provider in development and tests; what talks to it does so over the network.',
      {
        path: '^(contracts|workflows|activities|services|events|messaging|bridge|workers|client|api|platform)/',
      },
      { path: '^doubles/(?![^/]+/contract\\.ts$)' },
    ),
    rule(
      'services-know-no-workflows',
      'Data flows one way; what a process publishes and takes is a contract.',
      { path: '^(services|doubles|events|messaging|platform)/' },
      {
        path: '^(bridge|workflows|activities|workers|client|api|ops|parts|demo|bench)/',
        pathNot: '^workflows/[^/]+/(inbound-)?events\\.ts$',
      },
    ),
    rule(
      'platform-and-messaging-know-no-word-of-the-shop',
      'Of the shared words they need those that any system has: what fails, how input is read, what a time is.',
      { path: '^(platform|messaging|bridge)/' },
      { path: '^contracts/', pathNot: '^contracts/(absent|defects|failures?|foreign-text|instants|validation)\\.ts$' },
    ),
    rule(
      'platform-knows-no-business',
      'platform/ is what every process needs.',
      { path: '^platform/' },
      {
        path: '^(services|events|messaging|bridge)/',
      },
    ),
    rule(
      'examples-are-other-projects',
      'They import what another project could: the entries of the library and of the bridge.',
      { path: '^examples/' },
      {
        path: '^[a-z]+/',
        pathNot: ['^examples/', '^(bridge|messaging)/index\\.ts$', '^bridge/workflow\\.ts$', '^node_modules/'],
      },
    ),
    rule(
      'production-needs-no-development-packages',
      'An installation by npm ci --omit=dev has none of them; tools, tests, embedded parts and the doubles of the mail server and the provider need one that is complete.',
      {
        path: '^(contracts|workflows|activities|services|events|messaging|bridge|workers|client|api|platform)/',
      },
      { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    ),
    rule(
      'the-parts-are-no-production-tool',
      'parts/ and ops/ start embedded parts, doubles and reports on a machine of development; what runs in production needs neither.',
      {
        path: '^(contracts|workflows|activities|services|events|messaging|bridge|workers|roles|client|api|platform)/',
      },
      { path: '^(parts|ops|demo|bench)/', pathNot: '^ops/bootstrap\\.mjs$' },
    ),
    rule(
      'nothing-imports-workers',
      'workers/ are roles to start; what their sandbox is made of is for those as well who replay what they have done.',
      { pathNot: '^(workers|roles)/' },
      { path: '^workers/', pathNot: '^workers/workflow-code\\.ts$' },
    ),
    rule(
      'only-what-starts-roles-knows-them-all',
      'roles/ is the program that runs the system; what a role is made of knows itself alone.',
      { path: '^(contracts|workflows|activities|services|events|messaging|bridge|workers|client|api|platform)/' },
      { path: '^roles/' },
    ),
    rule(
      'the-front-door-is-called-over-the-network',
      'What callers may know of it is its contract; the matrix of access asks its handlers.',
      { pathNot: '^(api|roles|ops/access|test)/' },
      { path: '^api/', pathNot: 'contract\\.ts$' },
    ),
    rule(
      'domain-rules-are-plain',
      'Prices, reservations, refusals, postings and letters know neither Temporal, AMQP nor SQL.',
      {
        path: [
          '/(quote|rates|reservation-lines|refusal|letter-text|order-letter|plan)\\.ts$',
          '^services/ledger/postings/',
          '^services/notification/letters/',
          '^contracts/',
        ],
      },
      { path: '^node_modules/(@temporalio|amqplib|kysely|pg)/' },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // Node's own module `events` is no folder.
    exclude: { path: ['/generated/', '^events$'] },
    parser: 'swc',
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.mjs'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node'],
    },
  },
};
