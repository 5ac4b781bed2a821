/** The provider's id of what is done there in the trial with this id: it has no dashes. */
export const providerIdOf = (kind: 're' | 'dp', trialId: string): string => `${kind}_${trialId.replaceAll('-', '')}`;
