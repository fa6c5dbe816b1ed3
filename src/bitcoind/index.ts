export { BitcoindNode, type TemplateRequest } from './bitcoind-node.js';
export { BlockJournal, BlockJournalError } from './block-journal.js';
export { type BlockCandidate, BlockSubmitter, type BlockSubmitterOptions } from './block-submitter.js';
export { type ChainFacts, ChainGuard, ChainGuardError } from './chain-guard.js';
export { ChainReader, ChainReaderError, type ChainRpc } from './chain-reader.js';
export { CoinbaseCheckError, checkCoinbase, type DecodedCoinbase } from './check-coinbase.js';
export type { FedTemplate, LostWork } from './fed-template.js';
export { type CallOptions, KeepAliveRpc } from './keep-alive-rpc.js';
export { type NodeEndpoint, nodeName, type RpcAuth } from './node-endpoint.js';
export type { NodeState } from './node-health.js';
export { NodeSet, type NodeSetOptions, type NodeStatus } from './node-set.js';
export { RpcClient } from './rpc-client.js';
export { RpcError, type RpcErrorCode } from './rpc-error.js';
export type { RpcMetrics } from './rpc-metrics.js';
export { Sightings, SightingsError } from './sightings.js';
export { SightingsFile } from './sightings-file.js';
export { type RoundTimes, type Standing, standingOf } from './standing.js';
export { readVerdict, type SubmitVerdict } from './submit-verdict.js';
export { TemplateFeed } from './template-feed.js';
export type { TemplateCause, TemplateFeedOptions } from './template-policy.js';
export {
  type StoredTemplate,
  type TemplateHead,
  TemplateStore,
  TemplateStoreError,
} from './template-store.js';
export { type TipHeader, TipHeaders } from './tip-headers.js';
export type { BlockFate, BlockState, FoundBlock, TrackedBlock } from './tracked-block.js';
