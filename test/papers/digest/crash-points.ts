/** What a scheduler that will be killed is told. */

/** Where a scheduler can be told to die. */
export const POINTS = ["before sending is stored", "after sending is stored", "before the outcome is stored"] as const;

export interface ChildTask {
  readonly database: { readonly url: string } | { readonly directory: string };
  readonly smtpUrl: string;
  /** The scheduler's clock. */
  readonly now: string;
  readonly leaseSeconds: number;
  readonly fate?: { readonly point: (typeof POINTS)[number]; readonly mail: number };
}
