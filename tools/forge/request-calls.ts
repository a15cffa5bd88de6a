import type { Forge } from "./forge.ts";
import type { RestClient } from "./rest-client.ts";

/**
 * The calls that GitHub and Gitea have in common.
 *
 * @param root path of the git repository in the interface
 */
export function requestCalls(rest: RestClient, root: string): Pick<Forge, "edit" | "comment" | "close"> {
  return {
    async edit(number, content) {
      await rest.call(`${root}/pulls/${number}`, { method: "PATCH", content, what: "edit the pull request" });
    },
    async comment(number, body) {
      const what = "comment on the pull request";
      await rest.call(`${root}/issues/${number}/comments`, { method: "POST", content: { body }, what });
    },
    async close(number) {
      const what = "close the pull request";
      await rest.call(`${root}/pulls/${number}`, { method: "PATCH", content: { state: "closed" }, what });
    },
  };
}
