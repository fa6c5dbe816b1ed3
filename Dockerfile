# A pool node, coordinator and listeners, in one container. It needs a bitcoind it can reach; docker-compose.yml brings
# one. What of this was tried and what was not: docs/operations.md, "Docker".
FROM node:24.20.0-bookworm-slim AS base
WORKDIR /app

FROM base AS tools
# better-sqlite3 compiles where no prebuilt binary can be fetched; the hashing add-on always does.
RUN apt-get update && apt-get install -y --no-install-recommends g++ make python3 && rm -rf /var/lib/apt/lists/*
COPY package.json package-lock.json ./
COPY vendor ./vendor

FROM tools AS dependencies
RUN npm ci --omit=dev

FROM tools AS build
RUN npm ci
COPY tsconfig.json ./
COPY src ./src
COPY native ./native
RUN npm run build

FROM base
COPY package.json LICENSE ./
COPY config ./config
# node_modules links to it.
COPY vendor ./vendor
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=build /app/build/src ./build/src
RUN mkdir /data && chown node:node /data
USER node
ENV NODE_ENV=production ORCAPOOL_DATADIR=/data ORCAPOOL_HTTP_HOST=0.0.0.0
VOLUME /data
EXPOSE 34255 8080
# POST is liveness: nothing may restart a pool because its bitcoind is away. Readiness is GET.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.ORCAPOOL_HTTP_PORT ?? 8080}/healthz`, { method: 'POST' }).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "build/src/main.js"]
CMD ["node"]
