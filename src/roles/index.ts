export { createLogger, type LoggerOptions, type LogStream } from './create-logger.js';
export { systemTimers } from './system-timers.js';
