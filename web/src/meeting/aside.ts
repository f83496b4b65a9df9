/** What stands beside or above the stage: fetched together, behind what people need to get in. */

export { default as BreakDialog } from "./BreakDialog";
export { default as CaptionLines } from "./CaptionLines";
export { default as ConsentStrip } from "./ConsentStrip";
export { default as FloorStrip } from "./FloorStrip";
export { default as GroupStrip } from "./GroupStrip";
export { default as GroupsDialog } from "./GroupsDialog";
export { default as HelpDialog } from "./HelpDialog";
export { default as LeaveDialog } from "./LeaveDialog";
export { default as Panel } from "./Panel";
export { default as RulesDialog } from "./RulesDialog";
export { default as SettingsDialog } from "./SettingsDialog";
export { default as ShortcutsDialog } from "./ShortcutsDialog";
