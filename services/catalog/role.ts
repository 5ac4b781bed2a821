import { z } from 'zod';
import { grpcServiceRole } from '../../platform/grpc/service.ts';
import { catalogGrpcContract } from './grpc-contract.ts';
import { catalogHandlers } from './server.ts';

export const role = grpcServiceRole(catalogGrpcContract, {
  migrations: new URL('./migrations', import.meta.url),
  environment: z.object({}),
  handlers: catalogHandlers,
});
