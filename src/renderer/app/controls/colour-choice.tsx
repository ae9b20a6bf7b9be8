import styles from "./colour-choice.module.css";

/** The palette of Okabe and Ito in names, for those who do not see its colours. */
const names: Readonly<Record<string, string>> = {
  "#E69F00": "Orange",
  "#56B4E9": "Sky",
  "#009E73": "Green",
  "#F0E442": "Yellow",
  "#0072B2": "Blue",
  "#D55E00": "Vermilion",
  "#CC79A7": "Purple",
};

interface ColourChoiceProps {
  label: string;
  /** Of the palette, in capitals. */
  colours: readonly string[];
  value: string;
  onChange: (colour: string) => void;
  className?: string | undefined;
}

/** One colour of some, each a button. */
export function ColourChoice({ label, colours, value, onChange, className = "" }: ColourChoiceProps) {
  return (
    <div className={`${styles.colours} ${className}`} role="group" aria-label={label}>
      {colours.map((colour) => (
        <button
          key={colour}
          type="button"
          aria-label={names[colour] ?? colour}
          aria-pressed={value.toUpperCase() === colour}
          onClick={() => onChange(colour)}
        >
          <i style={{ background: colour }} />
        </button>
      ))}
    </div>
  );
}
