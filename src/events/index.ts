export {
  EventBus,
  type EventBusMetrics,
  type EventBusOptions,
  type EventSink,
  type SubscribeOptions,
} from './event-bus.js';
export { EVENT_NAMES, EVENT_VERSION, type EventName } from './event-names.js';
export { EventSubscription } from './event-subscription.js';
export type { Envelope, EventData, PoolEvent } from './pool-event.js';
export { EventIds, uuidV7 } from './uuid-v7.js';
