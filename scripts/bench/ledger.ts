/** `npm run bench -w packages/ledger [-- --long]`: the log on PostgreSQL beside bare commits, a store's audit beside its bare verifications, then the log alone beside bare digests and syncs. */
await import('./ledger-commits.ts');
await import('./ledger-audit.ts');
await import('../../packages/ledger/src/bench.node.ts');

export {};
