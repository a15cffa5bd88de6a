/** A host of git repositories that has pull requests. Only what a daily update needs. */
export interface Forge {
  /**
   * The pull requests of a branch into another one, of this git repository alone, the newest first, whether they are
   * open or not.
   *
   * @throws WolfiError where the host cannot be reached, refuses the token or does not know the git repository
   */
  find(branch: RequestBranch): Promise<readonly PullRequest[]>;
  /** @throws WolfiError `REQUEST_EXISTS` where an open one exists already */
  open(branch: RequestBranch, text: RequestText): Promise<PullRequest>;
  edit(number: number, text: RequestText): Promise<void>;
  /** Makes labels that the git repository does not have. Those that the request has already stay. */
  addLabels(number: number, labels: readonly string[]): Promise<void>;
  comment(number: number, text: string): Promise<void>;
  close(number: number): Promise<void>;
  /** Markdown of at most so many characters is taken as the text of a request. */
  readonly maxBodyLength: number;
}

/** What a pull request is known by. */
export interface RequestBranch {
  /** The branch with the changes. */
  readonly head: string;
  /** The branch that they are for. */
  readonly base: string;
}

export interface RequestText {
  readonly title: string;
  /** Markdown. */
  readonly body: string;
}

export interface PullRequest extends RequestText {
  readonly number: number;
  /** For people. */
  readonly url: string;
  readonly state: "open" | "closed" | "merged";
}
