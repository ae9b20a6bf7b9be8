import dimse from "dcmjs-dimse";
import { SlicebenchError } from "../core/errors";
import { describeReason } from "./reasons";

const { constants } = dimse;

/** Remembers the status of a request's last answer; undefined without any. */
export function statusOf(request: InstanceType<typeof dimse.requests.Request>): () => number | undefined {
  let status: number | undefined;
  request.on("response", (response: { getStatus: () => number }) => (status = response.getStatus()));
  return () => status;
}

/** Throws ARCHIVE_REFUSED for all but success. @param status undefined where the class was not accepted */
export function requireSuccess(status: number | undefined, service: string): void {
  if (status === constants.Status.Success) return;
  const hint = "Ask who runs the archive what this workstation may do.";
  throw status === undefined
    ? new SlicebenchError("ARCHIVE_REFUSED", `The archive does not offer ${service} to this workstation.`, {
        hint,
      })
    : new SlicebenchError("ARCHIVE_REFUSED", `The archive refused ${service}. ${describeReason(status)}`, {
        hint,
      });
}
