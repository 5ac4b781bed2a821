/** What stands where a person was: no mail goes to a domain under `invalid` (RFC 2606). */
export const erasedContact = { name: 'erased customer', email: 'erased@customer.invalid' } as const;

/** Whether the name and address of a person were erased. */
export const isErased = ({ email }: { readonly email: string }): boolean => email === erasedContact.email;
