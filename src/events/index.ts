export {
  EventBus,
  type EventBusMetrics,
  type EventBusOptions,
  type EventSink,
  type SubscribeOptions,
} from './event-bus.js';
export { EventSubscription } from './event-subscription.js';
export {
  type Envelope,
  EVENT_NAMES,
  EVENT_VERSION,
  type EventData,
  type EventName,
  eventDataSchemas,
  type PoolEvent,
  poolEventSchema,
} from './pool-event.js';
export { EventIds, uuidV7 } from './uuid-v7.js';
