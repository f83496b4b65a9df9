/** The menus of the control bar, with what makes a menu of a button. */

export { default as DeviceMenu } from "./DeviceMenu";
export { default as MoreMenu } from "./MoreMenu";
export { default as ReactMenu } from "./ReactMenu";
