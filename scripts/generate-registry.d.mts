export interface FoundSystem {
  readonly slug: string;
  readonly family: string;
  readonly file: string;
}

export function findSystems(directory: string): Promise<FoundSystem[]>;
export function registryText(systems: readonly FoundSystem[]): string;
export default function generateRegistry(): Promise<void>;
