# syntax=docker/dockerfile:1
#
# The images of the system. The role is the argument:
#
#   docker build --tag durable-checkout .                              # production
#   docker build --tag durable-checkout:dev --target development .     # with the doubles of provider and mail server
#   docker run --rm durable-checkout orders
#
# docs/deployment.md says what a container needs. The lines COPY of `production` are held against the code by
# test/processes/production-packages.test.ts, which starts each role from just these files.

FROM node:24.21.0-bookworm-slim AS base
WORKDIR /app
COPY package.json package-lock.json .npmrc ./

FROM base AS packages
RUN npm ci --omit=dev --no-audit --no-fund

FROM base AS all-packages
RUN npm ci --no-audit --no-fund

FROM packages AS production-files
COPY activities ./activities
COPY api ./api
COPY bridge ./bridge
COPY client ./client
COPY contracts ./contracts
COPY doubles/mail-sink/contract.ts ./doubles/mail-sink/contract.ts
COPY events ./events
COPY messaging ./messaging
COPY platform ./platform
COPY roles ./roles
COPY services ./services
COPY workers ./workers
COPY workflows ./workflows
COPY ops/deployment/prepare-temporal.ts ./ops/deployment/prepare-temporal.ts
COPY ops/privileges/migrate-main.ts ops/privileges/migrate.ts ops/privileges/sql.ts ops/privileges/stores.ts ./ops/privileges/
RUN node workers/bundle.ts /app/workflows.js

FROM all-packages AS development-files
COPY . .
RUN node workers/bundle.ts /app/workflows.js

FROM node:24.21.0-bookworm-slim AS development
WORKDIR /app
COPY --from=development-files /app /app
# What is shared between containers by a volume belongs to their user.
RUN mkdir --mode=0700 /run/shop && chown 10001:10001 /run/shop
ENV WORKFLOW_BUNDLE=/app/workflows.js
USER 10001:10001
ENTRYPOINT ["node", "roles/main.ts"]

FROM node:24.21.0-bookworm-slim AS production
LABEL org.opencontainers.image.title="durable-checkout" \
      org.opencontainers.image.licenses="MIT"
WORKDIR /app
COPY --from=production-files /app /app
ENV NODE_ENV=production \
    WORKFLOW_BUNDLE=/app/workflows.js
# Nothing is written: the root may be read-only. Node handles SIGTERM as the first process itself.
USER 10001:10001
ENTRYPOINT ["node", "roles/main.ts"]
