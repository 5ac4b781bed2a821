import { z } from 'zod';
import { runGrpcService } from '../../platform/grpc/service.ts';
import { catalogGrpcContract } from './grpc-contract.ts';
import { catalogHandlers } from './server.ts';

await runGrpcService(catalogGrpcContract, {
  migrations: new URL('./migrations', import.meta.url),
  environment: z.object({}),
  handlers: catalogHandlers,
});
