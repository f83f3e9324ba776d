/** The server as other programs start it: tests, the example, the command line. */
export { type RunningServer, type StartOptions, startServer } from './server.ts';
