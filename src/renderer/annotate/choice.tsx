import { Tooltip } from "@mantine/core";
import shell from "../app/shell.module.css";

interface ChoiceProps {
  label: string;
  choices: readonly { label: string; chosen: boolean; choose: () => void; refusal?: string | undefined }[];
}

/** A few choices side by side. */
export function Choice({ label, choices }: ChoiceProps) {
  return (
    <div className={shell.well} role="group" aria-label={label}>
      {choices.map(({ label: name, chosen, choose, refusal }) => (
        <Tooltip key={name} label={refusal} disabled={refusal === undefined}>
          <button
            type="button"
            className={shell.segment}
            aria-pressed={chosen}
            disabled={refusal !== undefined}
            onClick={choose}
          >
            {name}
          </button>
        </Tooltip>
      ))}
    </div>
  );
}
