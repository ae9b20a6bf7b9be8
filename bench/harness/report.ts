import { markdownTable } from "markdown-table";
import { type Figure, type Findings, keepsBudget } from "./figure";
import type { Machine } from "./machine";

const heads = ["measured on", "what", "", "against", "", "ratio (quartiles)", "budget", "kept"];

function digits(value: number): string {
  if (value === 0) return "0";
  const size = Math.abs(value);
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2);
}

function amount(value: number, unit: Figure["unit"]): string {
  return unit === "count" ? digits(value) : `${digits(value)} ${unit}`;
}

function ratioText({ ratio }: Figure): string {
  if (ratio === undefined) return "";
  const { median, quartiles } = ratio;
  const spread = quartiles && ` (${quartiles.map((each) => each.toFixed(2)).join(" to ")})`;
  return `${median.toFixed(2)}${spread ?? ""}`;
}

function budgetText({ budget, ratio, unit }: Figure): string {
  if (budget === undefined) return "";
  const [bound, limit] = "atMost" in budget ? ["at most", budget.atMost] : ["at least", budget.atLeast];
  return `${bound} ${ratio === undefined ? amount(limit, unit) : limit.toFixed(2)}`;
}

function row(figure: Figure): string[] {
  const { subject, measured, against, unit } = figure;
  const kept = keepsBudget(figure);
  return [
    subject,
    measured.name,
    amount(measured.value, unit),
    against?.name ?? "",
    against === undefined ? "" : amount(against.value, unit),
    ratioText(figure),
    budgetText(figure),
    kept === undefined ? "" : kept ? "yes" : "NO",
  ];
}

/** A benchmark's figures as a table that reads well in a terminal and in Markdown alike, its notes below. */
export function describeFindings(title: string, { figures, notes }: Findings): string {
  const align = ["l", "l", "r", "l", "r", "r", "r", "l"];
  const table = figures.length === 0 ? [] : [markdownTable([heads, ...figures.map(row)], { align })];
  return [`## ${title}`, ...table, notes.map((note) => `- ${note}`).join("\n")].filter(Boolean).join("\n\n");
}

/** What must be known of the machine to read the figures. */
export function describeMachine({ processor, threads, load, node, onnxruntime, date }: Machine): string {
  return [
    `${processor}, ${threads} ${threads === 1 ? "thread" : "threads"} of arithmetic; load ${load.toFixed(1)} at the start;`,
    `Node ${node}, onnxruntime ${onnxruntime}; ${date}.`,
  ].join(" ");
}
