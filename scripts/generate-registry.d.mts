export interface FoundSystem {
  readonly slug: string;
  readonly family: string;
  readonly file: string;
}

export function findSystems(directory: string): Promise<FoundSystem[]>;
export function registryText(systems: readonly FoundSystem[]): string;
export function partsText(slot: string, type: string, names: readonly string[]): string;
export default function generateRegistry(): Promise<void>;
