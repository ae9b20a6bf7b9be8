import type { ViewportSession } from "../../viewport/session";
import type { AnnotationTool } from "../annotation";
import { AcceptTool } from "./accept";
import { BoxTool } from "./box";
import { BrushTool } from "./brush";
import { LassoTool, PolygonTool } from "./outline";
import { FillTool, GrowTool } from "./region";
import { ScissorsTool } from "./scissors";
import type { Tool } from "./tool";

/**
 * A tool over a viewport.
 * @param reach image pixels within which a press means a corner that is there already
 */
export function createTool(tool: AnnotationTool, session: ViewportSession, reach: () => number): Tool {
  switch (tool) {
    case "brush":
    case "eraser":
      return new BrushTool(session, tool === "eraser");
    case "polygon":
      return new PolygonTool(session, reach);
    case "lasso":
      return new LassoTool(session);
    case "rectangle":
    case "ellipse":
      return new BoxTool(session, tool);
    case "grow":
      return new GrowTool(session);
    case "fill":
      return new FillTool(session);
    case "accept":
      return new AcceptTool(session);
    case "scissors":
      return new ScissorsTool(session, reach);
  }
}
