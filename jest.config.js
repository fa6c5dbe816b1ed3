// Jest runs the compiled output, so that worker threads and forked processes find the files they name.
export default {
  rootDir: 'build/test',
  testMatch: ['**/*.test.js'],
  transform: {},
  testEnvironment: '<rootDir>/environment.js',
  maxWorkers: 2,
  testTimeout: 60_000,
};
