/** The signing agent's parts, for who puts another token behind it. */
export { type AgentOptions, runAgent } from './agent.ts';
export { buildBinding, loadModule } from './binding.ts';
export type { Pkcs11Port } from './pkcs11-port.ts';
export { Stopped, type Terminal } from './terminal.ts';
export { TokenKeys } from './token.ts';
export { VgcaKeys } from './vgca.ts';
