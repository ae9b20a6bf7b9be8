import { Slider } from "@mantine/core";

interface OpacityProps {
  label: string;
  /** 0..1 */
  share: number;
  onChange: (share: number) => void;
}

/** Three cells of a grid: the name, the slider, the percentage. */
export function Opacity({ label, share, onChange }: OpacityProps) {
  const percent = Math.round(share * 100);
  return (
    <>
      <span>{label}</span>
      <Slider
        thumbLabel={`${label} opacity in percent`}
        min={0}
        max={100}
        value={percent}
        onChange={(next) => onChange(next / 100)}
      />
      <output>{percent} %</output>
    </>
  );
}
