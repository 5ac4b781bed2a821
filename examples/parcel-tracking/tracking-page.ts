import { sql } from 'kysely';
import { consumersOf, createConsumerTables, openDatabase, startConsumers } from '../../messaging/index.ts';
import { parcelEvents, parcelTopology, trackingPage } from './events.ts';

interface Tables {
  stops: { parcel: string; sequence: number; place: string };
}

const { AMQP_URL = 'amqp://127.0.0.1', DATABASE_URL = 'postgres://127.0.0.1/parcels' } = process.env;

const database = openDatabase<Tables>({ url: DATABASE_URL, schema: 'tracking_page' });
await createConsumerTables(database);
// A row for each event: the view is right in whatever order they come, since the highest sequence tells the place.
await sql`
  create table if not exists stops (parcel text not null, sequence integer not null, place varchar(40) not null);
  create or replace view parcels as
    select distinct on (parcel) parcel, place from stops order by parcel, sequence desc
`.execute(database);

const { defineBatchConsumer } = consumersOf(parcelEvents);
const consumer = defineBatchConsumer<Tables>()({
  ...trackingPage,
  effects: {
    ParcelHandedOver: ({ subject, sequence }) => ({ parcel: subject, sequence, place: 'with the courier' }),
    ParcelScanned: ({ subject, sequence, data }) => ({ parcel: subject, sequence, place: data.place }),
    ParcelDelivered: ({ subject, sequence, data }) => ({ parcel: subject, sequence, place: `with ${data.signedBy}` }),
  },
  async write(transaction, stops) {
    await transaction.insertInto('stops').values(stops).execute();
  },
});

const consumers = await startConsumers({ url: AMQP_URL, topology: parcelTopology, database, definitions: [consumer] });
process.once('SIGTERM', consumers.stop);
await consumers.finished;
await database.destroy();
