/** What is kept, by its name. */
export type Artifacts = Readonly<Record<string, string>>;

/** What to do with what a write of an artifact has left. */
export type LeftoverJudge = (name: string, read: () => Promise<string>) => Promise<'whole' | 'cut off' | undefined>;

/** A place that artifacts are kept in. Names may have one folder in front: `cockroach/ca.crt`. */
export interface Destination {
  /** What logs and errors call it. */
  readonly label: string;
  /** Absolute path, when it is a folder. */
  readonly path?: string;
  /** What is written outlives the process. */
  readonly isPersistent: boolean;
  /** Makes it ready, checks its rules, and that it can be written to. */
  init(): Promise<void>;
  /** @returns undefined when there is no such artifact. */
  read(name: string): Promise<string | undefined>;
  /**
   * Replaces artifacts, each as a whole. They belong together: all are on the disk before the first takes its place, so that
   * one that cannot be written leaves all as they were.
   */
  write(artifacts: Artifacts): Promise<void>;
  remove(name: string): Promise<void>;
  /**
   * Clears up what writes that were cut off have left: what is judged whole takes its place, what is cut off goes, anything
   * else stays. Without it, nothing can be left.
   */
  settle?(judge: LeftoverJudge): Promise<void>;
  /** Keeps other agents out; undefined when nobody else can reach it. @throws CodedError `storage_locked` */
  lock?(): Promise<{ release(): void }>;
}
