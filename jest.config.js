// Jest runs the compiled output, so that worker threads and forked processes find the files they name.
export default {
  rootDir: 'build/test',
  testMatch: ['**/*.test.js'],
  transform: {},
  testEnvironment: '<rootDir>/environment.js',
  maxWorkers: 2,
  // A file's realm is given back late: a worker grows by some megabytes with each.
  workerIdleMemoryLimit: '600MB',
  testTimeout: 60_000,
};
