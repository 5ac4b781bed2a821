import NodeEnvironment from '@stryker-mutator/jest-runner/jest-env/node';

type Handler = NonNullable<InstanceType<typeof NodeEnvironment>['handleTestEvent']>;
/** A handler is told of two kinds of events, of which the second is one after the other. */
type Told = Handler extends {
  (event: infer Event, state: infer State): unknown;
  (event: infer InOrder, state: never): unknown;
}
  ? { event: Event | InOrder; state: State }
  : never;

/** Where Stryker says which mutant is active; nothing is, while it looks which test reaches which. */
const activeMutant = () => process.env['__STRYKER_ACTIVE_MUTANT__'];

/** The mutant that a test has noticed last: it outlives the file of tests, of which each has an environment of its own. */
let noticed: string | undefined;

/** Whether a test has noticed the mutant that is active. */
export const isNoticed = (): boolean => noticed !== undefined && noticed === activeMutant();

/** One failure is enough: the other tests of a mutant that was noticed are skipped, as they may wait for what never comes. */
export default class FirstFailure extends NodeEnvironment {
  constructor(...parameters: ConstructorParameters<typeof NodeEnvironment>) {
    super(...parameters);
    const ofStryker = this.handleTestEvent as (event: Told['event'], state: Told['state']) => Promise<void>;
    this.handleTestEvent = async (event: Told['event'], state: Told['state']) => {
      await ofStryker.call(this, event, state);
      if (event.name === 'test_start' && isNoticed()) event.test.mode = 'skip';
      if (event.name === 'test_done' && event.test.errors.length > 0) noticed = activeMutant();
    };
  }
}
