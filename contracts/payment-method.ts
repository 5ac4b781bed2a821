/** The form of the provider's name of a card or another means to pay: `pm_card_visa`. Never a card number. */
export const paymentMethodForm = /^pm_[A-Za-z0-9_]{1,100}$/;

export const paymentMethodRule = 'a payment method is the id that the provider gave it, such as pm_card_visa';
