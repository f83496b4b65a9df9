/** Ten digits in groups, as people read them out. */
export function spokenPin(pin: string): string {
  return pin.replace(/^(\d{3})(\d{3})(\d{4})$/, "$1 $2 $3");
}
