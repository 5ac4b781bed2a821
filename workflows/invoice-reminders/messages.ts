/** The name of the workflow type. */
export const invoiceRemindersWorkflow = 'invoiceReminders';

/** The id of the schedule, and the workflow id that its runs begin with. */
export const invoiceRemindersId = 'invoice-reminders';
