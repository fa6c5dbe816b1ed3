# The pool node: coordinator and listeners in one container. Needs a bitcoind it can reach (see docker-compose.yml).
FROM node:24-bookworm-slim AS build
WORKDIR /app
# better-sqlite3 compiles where no prebuilt binary can be fetched.
RUN apt-get update && apt-get install -y --no-install-recommends g++ make python3 && rm -rf /var/lib/apt/lists/*
COPY package.json package-lock.json ./
RUN npm ci
COPY tsconfig.json ./
COPY src ./src
RUN npm run build
RUN npm ci --omit=dev

FROM node:24-bookworm-slim
WORKDIR /app
COPY package.json LICENSE ./
COPY config ./config
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/build/src ./build/src
RUN mkdir -p /data && chown node:node /data
USER node
ENV NODE_ENV=production ORCAPOOL_DATADIR=/data ORCAPOOL_HTTP_HOST=0.0.0.0
VOLUME /data
EXPOSE 34255 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.ORCAPOOL_HTTP_PORT ?? 8080}/healthz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "build/src/main.js"]
CMD ["node"]
