export const root: string;
export function prepare(options?: { folder?: string; build?: boolean }): Promise<void>;
export function isInstalled(folder: string): boolean;
export function isBuilt(folder: string): boolean;
export function matchesInstalled(lockText: string, installedText: string | undefined): boolean;
export function runScript(body: () => Promise<number>): Promise<void>;
