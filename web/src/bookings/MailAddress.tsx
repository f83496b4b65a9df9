import { Fragment } from "react";

/** A mail address that breaks where one would read on: before the at sign and after dots, not within a word. */
export function MailAddress({ address }: { address: string }) {
  return piecesOf(address).map((piece, index) => <Fragment key={index}>{index > 0 && <wbr />}{piece}</Fragment>);
}

/** The parts of an address between which a line may break. */
export const piecesOf = (address: string): string[] => address.split(/(?=@)|(?<=[.\-_+])/);
