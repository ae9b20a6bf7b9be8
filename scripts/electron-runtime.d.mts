export function hasDisplay(): boolean;
export function findElectron(): { executable: string } | { missing: string };
